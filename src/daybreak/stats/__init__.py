"""What a number means: mixed models for repeated measures, marginal means, and what a trial's analysis needs beside them.

Arrays and tables in, frozen results out. Nothing here knows a study, a clock or a file.
"""
