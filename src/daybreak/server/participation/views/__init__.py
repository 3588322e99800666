"""Pages about people on their way in and out, at the desk and on their own device."""
