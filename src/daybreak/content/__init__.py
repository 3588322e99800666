"""What ships with daybreak: training packs, study files, drawn faces, locale tables."""
