"""Who signs in, and what each may see: participants and operators alike come by a personal link and a PIN."""
