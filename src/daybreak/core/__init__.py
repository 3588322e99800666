"""What a study is. Pure: values in, values out; no clock, no input or output, no Django, no numerics."""
