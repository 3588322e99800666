"""The command line. One file a command; the rest is imported only inside a command."""
