"""The field in which somebody proves that it is still them; `reauthentication.prove` takes what it holds."""

from __future__ import annotations

from django import forms


class PasswordField(forms.CharField):
    """One's own password, or in the demo the PIN."""

    def __init__(self, why: str, *, required: bool = True) -> None:
        super().__init__(
            label="Your password",
            required=required,
            strip=False,
            help_text=f"{why} In the demo it is the PIN.",
            widget=forms.PasswordInput({"autocomplete": "current-password"}),
        )
