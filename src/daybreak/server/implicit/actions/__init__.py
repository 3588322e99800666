"""What can be done with implicit association tests."""
