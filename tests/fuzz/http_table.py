"""Requests of a table, each with the statuses that may answer it."""

import gzip
import json
from typing import NamedTuple


class Case(NamedTuple):
    """A request as it is sent.

    Attributes:
        name: What is odd about it.
        sent: Bytes; ``PORT`` in them stands for the server's port.
        statuses: Statuses that may answer it; 0 for a connection that is closed without an answer.
    """

    name: str
    sent: bytes
    statuses: frozenset[int]


def case(name: str, sent: bytes, *statuses: int) -> Case:
    return Case(name, sent, frozenset(statuses))


def bare(method: str, path: str, *headers: str, body: bytes = b"", host: str = "Host: 127.0.0.1:PORT") -> bytes:
    """Return a request with just these headers."""
    lines = [f"{method} {path} HTTP/1.1", *([host] if host else []), *headers]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def post(path: str, body: bytes, kind: str = "application/json", *headers: str) -> bytes:
    return bare("POST", path, f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, body=body)


def draw(text: str) -> bytes:
    return post("/api/draw", text.encode("utf-8", "surrogatepass"))


def template(text: str) -> bytes:
    return draw(json.dumps({"template": text}))


READ, FORM_PATH, DRAW = "/api/read", "/read", "/api/draw"
PIXEL = b"P5 1 1 255\n\xff"
GOOD = '{"template": "extends: cafe\\nabout: x\\n"}'
FORM = b"--b\r\nContent-Disposition: form-data; name=%b\r\n\r\n%b\r\n--b--\r\n"

START_LINES = (
    case("no host", bare("GET", "/api/health", host=""), 400),
    case("HTTP/1.0 without a host", b"GET /api/health HTTP/1.0\r\n\r\n", 400),
    case("HTTP/1.0", b"GET /api/health HTTP/1.0\r\nHost: localhost\r\n\r\n", 200),
    case("HTTP/0.9", b"GET /api/health\r\n\r\n", 400),
    case("HTTP/9.9", b"GET /api/health HTTP/9.9\r\nHost: localhost\r\n\r\n", 200, 400),
    case("not HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    case("lower-case method", bare("get", "/api/health"), 400, 405),
    case("HEAD", bare("HEAD", "/api/health"), 200),
    case("OPTIONS", bare("OPTIONS", "/api/draw"), 200),
    case("OPTIONS *", bare("OPTIONS", "*"), 400, 404, 405),
    case("TRACE", bare("TRACE", "/api/health"), 405),
    case("DELETE", bare("DELETE", "/api/templates/cafe"), 405),
    case("CONNECT", bare("CONNECT", "example.org:443"), 400, 404, 405),
    case("unknown method", bare("BREW", "/api/draw"), 405),
    case("address that is none", bare("GET", "http://["), 400),
    case("address of IPv6", bare("GET", "http://[::1]/api/health"), 200, 400),
    case("other site's address", bare("GET", "http://evil.example/api/health"), 200, 400, 403),
    case("NUL in path", bare("GET", "/static/%00"), 404),
    case("NUL in name", bare("GET", "/api/templates/%00"), 404),
    case("dots", bare("GET", "/static/../../app.py"), 404),
    case("encoded dots", bare("GET", "/static/%2e%2e/app.py"), 404),
    case("encoded slashes", bare("GET", "/static/..%2f..%2fapp.py"), 404),
    case("dots in name", bare("GET", "/api/templates/..%2fprofiles%2fclean"), 404),
    case("back slashes", bare("GET", "/static/..\\app.py"), 404),
    case("not UTF-8", bare("GET", "/api/templates/%ff%fe"), 404),
    case("raw bytes", bare("GET", "/api/templates/\udcff"), 400, 404),
    case("two slashes", bare("GET", "//api//health"), 200, 308, 404),
    case("long path", bare("GET", f"/{'a' * 20_000}"), 404, 414, 431),
    case("query of all kinds", post(f"{READ}?min_confidence=%00&min_confidence=1&&=&%", PIXEL, "image/x"), 400),
)
HEADERS = (
    case("huge header", bare("GET", "/api/health", f"X: {'a' * 100_000}"), 431),
    case("many headers", bare("GET", "/api/health", *(f"X{index}: a" for index in range(4_000))), 431),
    case("header without colon", bare("GET", "/api/health", "nonsense"), 400),
    case("header with NUL", bare("GET", "/api/health", "X: \0"), 400),
    case("bare line feeds", b"GET /api/health HTTP/1.1\nHost: localhost\n\n" + b"\r\n\r\n", 400),
    case("folded header", bare("GET", "/api/health", "X: a", " b"), 200, 400),
    case("two hosts", bare("GET", "/api/health", "Host: evil.example"), 400, 403),
    case("two lengths", bare("POST", READ, "Content-Length: 1", "Content-Length: 2", body=b"ab"), 400),
    case("negative length", bare("POST", READ, "Content-Length: -1"), 400),
    case("length of words", bare("POST", READ, "Content-Length: many"), 400),
    case("length of 5,000 digits", bare("POST", READ, f"Content-Length: {'9' * 5_000}"), 400),
    case("huge length", bare("POST", READ, f"Content-Length: {'9' * 15}"), 413),
    case("unknown coding", bare("POST", READ, "Transfer-Encoding: gzip"), 501, 400),
    case(
        "length and chunks",
        bare("POST", READ, "Content-Length: 5", "Transfer-Encoding: chunked", body=b"0\r\n\r\n"),
        400,
    ),
    case("host that is none", bare("GET", "/api/health", host="Host: http://["), 400),
    case("host with user", bare("GET", "/api/health", host="Host: a@localhost"), 400),
    case("host with path", bare("GET", "/api/health", host="Host: localhost/x"), 400),
    case("host with port that is none", bare("GET", "/api/health", host="Host: localhost:99999999"), 400),
    case("host of bytes", bare("GET", "/api/health", host="Host: \udcff"), 400, 403),
    case("empty host", bare("GET", "/api/health", host="Host:"), 400),
    case("other host", bare("GET", "/api/health", host="Host: evil.example"), 403),
    case("loopback", bare("GET", "/api/health", host="Host: 127.7.7.7"), 200),
    case("loopback of IPv6", bare("GET", "/api/health", host="Host: [0000:0::0:1]:80"), 200),
    case("mapped loopback", bare("GET", "/api/health", host="Host: [::ffff:127.0.0.1]"), 200),
    case("broken brackets", bare("GET", "/api/health", host="Host: [::1"), 400),
    case("origin that is none", bare("GET", "/api/health", "Origin: http://["), 403),
    case("null origin", bare("GET", "/api/health", "Origin: null"), 403),
    case("empty origin", bare("GET", "/api/health", "Origin:"), 403),
    case("other origin", bare("GET", "/api/health", "Origin: http://evil.example"), 403),
    case("ranges", bare("GET", "/static/read.js", f"Range: bytes={'0-,' * 1_000}"), 200, 206, 416),
    case("dates", bare("GET", "/static/read.js", "If-Modified-Since: Thu, 99 Foo 99999 99:99:99 GMT"), 200, 304),
    case("cookies", bare("GET", "/", f"Cookie: {'a=b;' * 2_000}"), 200),
)
BODIES = (
    case("no body", bare("POST", READ), 400),
    case("gzip", post(READ, gzip.compress(PIXEL), "image/x", "Content-Encoding: gzip"), 415),
    case("gzip of JSON", post(DRAW, gzip.compress(GOOD.encode()), "application/json", "Content-Encoding: gzip"), 415),
    case("a pixel", post(READ, PIXEL, "image/x"), 200),
    case("chunks", bare("POST", READ, "Transfer-Encoding: chunked", body=b"c\r\n" + PIXEL + b"\r\n0\r\n\r\n"), 200),
    case("chunks of no size", bare("POST", READ, "Transfer-Encoding: chunked", body=b"zz\r\nab\r\n0\r\n\r\n"), 400),
    case("chunks of huge size", bare("POST", READ, "Transfer-Encoding: chunked", body=b"f" * 99 + b"\r\na\r\n"), 0),
    case("pixels that are not there", post(READ, b"P5 9000 8000 255\n\xff", "image/x"), 415),
    case("too many pixels", post(READ, b"P5 99999 99999 255\n\xff", "image/x"), 413, 415),
    case("form", post(READ, FORM % (b"image; filename=a", PIXEL), "multipart/form-data; boundary=b"), 200),
    case(
        "form of another part", post(READ, FORM % (b"other; filename=a", PIXEL), "multipart/form-data; boundary=b"), 400
    ),
    case(
        "form of the page",
        post(FORM_PATH, FORM % (b"image; filename=a", PIXEL), "multipart/form-data; boundary=b"),
        200,
    ),
    case("form of the page, a pixel", post(FORM_PATH, PIXEL, "image/x"), 200),
    case("form of the page in the address", post(FORM_PATH, b"image=a", "application/x-www-form-urlencoded"), 400, 415),
    case("form of the page, huge", bare("POST", FORM_PATH, f"Content-Length: {'9' * 15}"), 413),
    case("form without end", post(READ, FORM[:40], "multipart/form-data; boundary=b"), 400),
    case("form without boundary", post(READ, FORM, "multipart/form-data"), 400),
    case("form of many parts", post(READ, FORM[:-5] * 2_000, "multipart/form-data; boundary=b"), 400, 413),
    case("deep JSON", draw("[" * 90_000), 400),
    case("deep JSON of objects", draw('{"template":' * 15_000), 400),
    case("400 digits", draw(GOOD[:-1] + ', "seed": ' + "9" * 400 + "}"), 400),
    case("5,000 digits", draw(GOOD[:-1] + ', "seed": ' + "9" * 5_000 + "}"), 400),
    case("huge exponent", draw(GOOD[:-1] + ', "seed": 1e400}'), 400),
    case("NaN", draw(GOOD[:-1] + ', "seed": NaN}'), 400),
    case("true for a number", draw(GOOD[:-1] + ', "seed": true}'), 400),
    case("twice the same key", draw(GOOD[:-1] + ', "template": ""}'), 400),
    case("unknown key", draw(GOOD[:-1] + ', "sede": 1}'), 400),
    case("unknown key of surrogates", draw(GOOD[:-1] + ', "\\ud800": 1}'), 400),
    case("profile of surrogates", draw(GOOD[:-1] + ', "profile": "\\ud800"}'), 400),
    case("profile of another folder", draw(GOOD[:-1] + ', "profile": "../profiles/clean"}'), 400),
    case("surrogates", draw('{"template": "extends: cafe\\nabout: \\ud800\\n"}'), 422),
    case("NUL", draw('{"template": "extends: cafe\\nabout: \\u0000\\n"}'), 422),
    case("UTF-16", post(DRAW, GOOD.encode("utf-16")), 200, 400),
    case("not UTF-8", post(DRAW, b'{"template": "\xff"}'), 400),
    case("other type", post(DRAW, GOOD.encode(), "text/plain"), 415),
    case("no type", bare("POST", DRAW, f"Content-Length: {len(GOOD)}", body=GOOD.encode()), 415),
    case("odd character set", post(DRAW, GOOD.encode(), "application/json; charset=utf-7"), 200, 415),
    case("large template", draw('{"template": "' + "#" * 500_000 + '"}'), 413),
    case("good template", draw(GOOD), 200),
)
TEMPLATES = (
    case("empty template", template(""), 422),
    case("deep YAML", template("[" * 50_000), 422),
    case("aliases", template("a: &a [1]\nb: &b [*a, *a]\nc: [*b, *b]\nextends: cafe\n"), 422),
    case("tags", template("extends: !!python/object/apply:os.system [ls]\n"), 422),
    case("other file", template("extends: ../../etc/passwd\n"), 422),
    case("file beside", template("extends: ./template.yaml\n"), 422),
    case("profile file", template("extends: cafe\nprofile: /etc/passwd.yaml\n"), 422),
    case("font file", template("extends: cafe\nprinters: [{faces: {/etc/passwd.ttf: 1}}]\n"), 422),
)
PARTIAL = (
    case("nothing", b"", 0),
    case("half a header", b"GET /api/health HTTP/1.1\r\nHost: loc", 0),
    case("half a body", bare("POST", READ, "Content-Length: 100", body=b"P5"), 0),
    case("chunks without end", bare("POST", READ, "Transfer-Encoding: chunked", body=b"1\r\na\r\n" * 99), 0),
    case("blank lines", b"\r\n\r\n" * 50, 0),
    case("waits to continue", bare("POST", READ, "Expect: 100-continue", "Content-Length: 9"), 100),
    case("many at once", bare("GET", "/api/health") * 50, 200),
)
TABLE = (*START_LINES, *HEADERS, *BODIES, *TEMPLATES, *PARTIAL)
