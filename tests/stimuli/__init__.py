"""Tests of the import and check of face pictures. Photographs come from scikit-image's wheel, never from here."""
