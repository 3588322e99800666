"""One real study, served: Django."""
