"""What a number means: mixed models for repeated measures, marginal means, and what else a trial's analysis needs.

Arrays and tables in, frozen results out. Nothing here knows a study, a clock or a file.
"""
