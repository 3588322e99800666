"""Preparing pictures: checks, cropping and luminance matching of face sets, for the command line."""
