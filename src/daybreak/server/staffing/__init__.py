"""Staff and sites: invitations, roles, what happens to accounts; opening and closing sites."""
