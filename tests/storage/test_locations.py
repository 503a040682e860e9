import sys
from pathlib import Path

import pytest

from receiptgen.core.errors import MissingExtraError, StorageError
from receiptgen.storage.locations import checked_path, checked_url, is_url, joined


@pytest.mark.parametrize("text", ["s3://bucket/set", "file:///shared/set", "memory://set", "simplecache::s3://bucket"])
def test_urls_are_told_from_paths(text: str) -> None:
    assert is_url(text)
    assert not is_url(text.replace(":", "_"))
    assert not is_url("C://folder")


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("url", "why"),
    [("memory://user:secret@set", "with a user or password is refused"), ("s3://bucket/set?token=secret", "without ::"),
     ("simplecache::s3://bucket", "without ::"), ("nfs://host/set", "is not a protocol of a store"),
     ("s3://", "names no bucket"), ("file://", "names no folder"),
     ("file://shared/set", "is no path from the root")],
)  # fmt: skip
def test_urls_that_are_no_places_are_refused_without_their_secrets(url: str, why: str) -> None:
    with pytest.raises(StorageError, match=why) as caught:
        checked_url(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("protocol", "module", "install"),
    [("s3", "s3fs", r"receiptgen\[storage\]"), ("gs", "gcsfs", "gcsfs"), ("az", "adlfs", "adlfs"),
     ("hf", "huggingface_hub", "huggingface_hub")],
)  # fmt: skip
def test_a_missing_package_of_a_protocol_is_named(
    monkeypatch: pytest.MonkeyPatch, protocol: str, module: str, install: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=f"{protocol}:// needs the package {module}; pip install '{install}'"):
        checked_url(f"{protocol}://bucket/set")


def test_places_are_joined() -> None:
    assert joined(Path("a"), "results") == Path("a/results")
    assert joined(checked_url("memory://a/"), "results") == "memory://a/results"


@pytest.mark.parametrize("url", ["file://shared/set", "file://./set"])
def test_a_disks_url_names_a_path_from_the_root(url: str) -> None:
    with pytest.raises(StorageError, match=f"^{url}: is no path from the root; .* as in file:///"):
        checked_url(url)
    assert checked_url("file:///shared/set/") == "file:///shared/set"


@pytest.mark.parametrize(
    ("text", "meant"), [("s3:/bucket/set", "s3://bucket/set"), ("FILE:/shared/set", "file:///shared/set")]
)
def test_a_url_that_lost_a_slash_is_no_path(text: str, meant: str) -> None:
    with pytest.raises(StorageError, match=f"^{text}: has one slash where URLs have more; write {meant}, or ./{text} "):
        checked_path(text)
    for path in ("results", "./s3:/bucket", "C:/folder", "a:b", "/data/s3:/set"):
        assert checked_path(path) == path
