"""Export folders of a made-up study, in the form that `daybreak export` writes, for whatever reads exports."""

from tests.analysis.exported.folder import write_export
from tests.analysis.exported.people import ARMS, STUDY, Person, draw_people

__all__ = ["ARMS", "STUDY", "Person", "draw_people", "write_export"]
