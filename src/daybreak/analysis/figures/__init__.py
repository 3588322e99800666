"""Figures as SVG text: plain frozen values in, the same bytes out each time; nothing here computes a statistic."""
