"""Who got what.

Three doors lead in, and nothing else here may be imported from outside: `allocate` answers with a kit number,
`dispense` with a plan that names no version, `reveal` with an allocation, always with an audit entry.
"""
