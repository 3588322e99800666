"""What changes a training session: one module per noun, one transaction per action."""
