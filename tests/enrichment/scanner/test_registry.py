"""A registry as CSV."""

import pytest

from enrichment.scanner import registry
from enrichment.scanner.records import WrongUse

HEAD = "workflow_name,raw_table,extracted_table,core_table,key_column,key_type,is_active,aliases\n"


def read(tmp_path, text):
    path = tmp_path / "registry.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return registry.read(path)


def test_an_entry_has_the_columns_of_the_seed(tmp_path):
    [found] = read(tmp_path, f"\ufeff{HEAD}a_b,raw.a,,core.a,domain,company,false,old;older\n")

    assert found.slug == "a_b"
    assert found.tables == ("raw.a", "core.a")
    assert (found.keys, found.key_type) == (("domain",), "company")
    assert found.aliases == ("old", "older")
    assert not found.is_active


def test_what_a_file_leaves_out_is_not_known_and_active(tmp_path):
    [found] = read(tmp_path, "workflow_name,colour\nx,red\n")

    assert (found.tables, found.is_active) == ((), True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no column workflow_name"),
        ("name\nx\n", "has no column workflow_name"),
        (f"{HEAD}x\n", "line 2: there are not as many cells"),
        ("workflow_name\nx,y\n", "line 2: there are not as many cells"),
        (f"{HEAD},,,,,,,\n", "line 2: workflow_name is empty"),
        (f"{HEAD}x,,,,,,perhaps,\n", "line 2: is_active is true or false, not “perhaps”"),
        ("workflow_name\nx\nx\n", "names x twice"),
        ("workflow_name,aliases\nx,y\ny,\n", "names y twice"),
        (b"workflow_name\n\xff\n", "is not UTF-8"),
        ('workflow_name\n"x', "is not CSV"),
    ],
)
def test_a_file_that_is_no_registry_is_refused_with_its_line(text, said, tmp_path):
    with pytest.raises(WrongUse, match=said):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(WrongUse, match="cannot be read: No such file"):
        registry.read(tmp_path / "nothing.csv")
