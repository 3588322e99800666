"""Pages of the desk, one module a page. Nothing here reads the vault."""
