"""Who got what.

Four doors lead in, and nothing else here may be imported from outside: `allocate` answers with a kit number,
`dispense` with a plan that names no version, `board` with letters of groups, `reveal` with an allocation; the last two
always with an audit entry.
"""
