"""daybreak: self-association training after a rapid-acting antidepressant treatment, and the study that tests it."""
