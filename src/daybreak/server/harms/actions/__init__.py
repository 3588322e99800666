"""What is done about adverse events; each action leaves one entry in the trail.

A freeze or a lock of data keeps nobody from what concerns a serious event: whoever must be told, is told.
"""
