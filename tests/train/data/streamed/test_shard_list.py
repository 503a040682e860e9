"""Which shards a URL stands for."""

from pathlib import Path

import pytest
from written_shards import served, write_shards

from receiptgen.core.errors import DatasetError
from receiptgen.train.data.streamed.shard_list import expand_braces, list_shards


def names(url: str) -> list[str]:
    return [file.name for file in list_shards(url)]


SHARDS = [f"shard-{number:06d}.tar" for number in range(5)]


@pytest.mark.smoke
def test_a_folder_a_pattern_and_a_file_are_listed_by_name(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "a[b]", [2, 2, 2, 2, 2])
    (folder / "manifest.json").write_text("{}")
    assert names(str(folder)) == names(f"file://{folder}") == SHARDS
    assert names(f"{folder}/shard-{{000001..000003}}.tar") == SHARDS[1:4]
    assert names(f"{folder}/shard-00000{{4,2}}.tar") == [SHARDS[4], SHARDS[2]]
    assert names(f"{tmp_path}/*/*3.tar") == SHARDS[3:4]
    assert names(f"{folder}/{SHARDS[2]}") == SHARDS[2:3]


def test_a_web_server_is_asked_for_names_and_lists(tmp_path: Path) -> None:
    write_shards(tmp_path / "train", [2, 2, 2, 2, 2])
    with served(tmp_path) as url:
        assert names(f"{url}/train") == names(f"{url}/train/shard-{{000000..000004}}.tar") == SHARDS
        with pytest.raises(DatasetError, match=r"shard-000005\.tar: no such file"):
            list_shards(f"{url}/train/shard-{{000000..000005}}.tar")


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    write_shards(tmp_path / "set" / "train", [2, 2])
    with pytest.raises(DatasetError, match=r"there is no shard-000002\.tar, nor 97 others"):
        list_shards(f"{tmp_path}/set/train/shard-{{000000..000099}}.tar")
    with pytest.raises(DatasetError, match=r"holds no \.tar itself, but there are some in .*/set/train$"):
        list_shards(f"{tmp_path}/set")
    with pytest.raises(DatasetError, match=r"holds no \.tar; expected shards"):
        list_shards(f"{tmp_path}/other")
    with pytest.raises(DatasetError, match="stands for 10,000,000,000 shards; at most 1,000,000"):
        expand_braces("x-{00000..99999}-{00000..99999}", "x")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://me:hidden@host/a.tar", "https://host/a.tar: comes with a password"),
        ("https://host/a.tar?X-Amz-Signature=hidden", "https://host/a.tar: comes with 'X-Amz-Signature'"),
        ("https://host/a.tar?sig=hidden&x=1", "https://host/a.tar: comes with 'sig'"),
    ],
)
def test_passwords_and_keys_in_a_url_are_refused_and_not_repeated(url: str, told: str) -> None:
    with pytest.raises(DatasetError) as caught:
        list_shards(url)
    assert str(caught.value).startswith(told)
    assert "hidden" not in str(caught.value)
