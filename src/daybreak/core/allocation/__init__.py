"""How people come to their arms: permuted blocks within strata, or minimisation; both drawn from a secret seed."""
