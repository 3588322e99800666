"""The analysis that the study file planned: models, sensitivity set, subgroups, relapse, mechanism, blinding.

`run.py` runs all of it. Whatever these data do not allow becomes a `Refusal` with one sentence, and the rest goes on.
"""
