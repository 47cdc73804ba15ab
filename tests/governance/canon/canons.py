"""Other texts of the canon, made from the shipped one."""

from governance.reference.sync import TOOLBOX


def text(version: int = 3, *changes: tuple[str, str]) -> str:
    """The shipped text as another version, with these words in place of others."""
    made = TOOLBOX.read_text().replace("\nversion: 2\n", f"\nversion: {version}\n")
    for before, after in changes:
        assert before in made
        made = made.replace(before, after, 1)
    return made
