"""Files one by one, and many by several processes: the same is found."""

import pytest

from governance.canon.checks import batches
from tests.governance.canon.checks import trees


@pytest.mark.parametrize("many", [1, 1_000])
def test_several_processes_find_what_one_finds(tmp_path, monkeypatch, many):
    monkeypatch.setattr(batches, "MANY", many)
    trees.write(tmp_path, {f"m{n:02}.py": f"x = {n}\nimport lxml\n" for n in range(40)})
    trees.write(tmp_path, {"broken.py": "def ("})

    report = trees.run(tmp_path)

    assert report.files == 41
    assert [one.place for one in report.open][1:] == [f"m{n:02}.py:2:8" for n in range(40)]
    assert [one.file for one in report.unread] == ["broken.py"]
