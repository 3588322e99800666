"""A local page on which a design is changed and its power is seen at once; docs/design-page.md tells how."""
