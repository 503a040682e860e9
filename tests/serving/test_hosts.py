"""Names of hosts are understood in every spelling."""

import pytest

from receiptgen.serving.hosts import host_name, is_loopback


@pytest.mark.parametrize(
    "name",
    ["localhost", "shop.localhost", "127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1",
     "0000:0000::0001", "::0:1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::1%lo"],
)  # fmt: skip
def test_names_of_loopback_are_known(name: str) -> None:
    assert is_loopback(name)


@pytest.mark.parametrize(
    "name",
    ["", "localhost.example", "notlocalhost", "128.0.0.1", "0.0.0.0", "::", "::2", "::ffff:10.0.0.1", "127.0.0.1.x"],
)
def test_other_names_are_not_of_loopback(name: str) -> None:
    assert not is_loopback(name)


@pytest.mark.parametrize(
    ("netloc", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost.:80", "localhost"),
        ("127.0.0.2:8000", "127.0.0.2"),
        ("[::1]:8000", "::1"),
        ("[0:0:0:0:0:0:0:1]", "0:0:0:0:0:0:0:1"),
    ],
)
def test_the_name_of_a_host_is_taken_from_its_port(netloc: str, name: str) -> None:
    assert host_name(netloc) == name


@pytest.mark.parametrize(
    "netloc",
    ["", ":80", "[::1", "::1]", "a@b", "a/b", "a?b", "a#b", "a:b", "a:99999", "a b", "a\x00", "[x]", "http://["],
)
def test_what_is_no_host_has_no_name(netloc: str) -> None:
    assert host_name(netloc) is None
