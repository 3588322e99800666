"""The implicit association test as it is played in the browser. Nothing here depends on the arm."""
