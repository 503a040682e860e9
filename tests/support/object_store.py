"""An object store on this machine, which can be told to be unavailable for some requests."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from components import require

Application = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]
_SLOW_DOWN = b"<Error><Code>ServiceUnavailable</Code><Message>please reduce your rate</Message></Error>"


class ObjectStore:
    """An S3 server on loopback.

    Attributes:
        refuses: Tells by method and path whether a request is answered with 503.
        refused: Number of requests that were.
        url: URL of an empty bucket.
    """

    def __init__(self) -> None:
        self.refuses: Callable[[str, str], bool] = lambda method, path: False
        self.refused = 0
        self.url = "s3://bucket"
        self.server, self._answer = _server(self._serve)
        self._known: Any = None

    def _serve(self, environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if self.refuses(environment["REQUEST_METHOD"], environment["PATH_INFO"]):
            self.refused += 1
            length = int(environment.get("CONTENT_LENGTH") or 0)
            environment["wsgi.input"].read(length)
            start("503 Service Unavailable", [("Content-Type", "application/xml")])
            return [_SLOW_DOWN]
        return self._answer(environment, start)

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables by which programs find it."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.server.server_port}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret-of-the-test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": "/nowhere",
            "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",  # what is tried again is ours to try
        }

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        """Return all objects of the bucket by name."""
        system = self._system()
        names = system.find(f"bucket/{prefix}")
        found = system.cat(names) if len(names) > 1 else {name: system.cat_file(name) for name in names}
        return {name.removeprefix(f"bucket/{prefix}").lstrip("/"): content for name, content in found.items()}

    def names(self, prefix: str) -> list[str]:
        """Return the names of all objects below a folder, without reading them."""
        found: list[str] = self._system().find(f"bucket/{prefix}")
        return [name.removeprefix(f"bucket/{prefix}").lstrip("/") for name in found]

    def put(self, name: str, content: bytes) -> None:
        """Put an object into the bucket."""
        self._system().pipe_file(f"bucket/{name}", content)

    def remove(self, name: str) -> None:
        """Delete an object of the bucket."""
        self._system().rm_file(f"bucket/{name}")

    def empty(self) -> None:
        """Make the bucket, or delete what is in it."""
        system = self._system()
        if not system.exists("bucket"):
            system.mkdir("bucket")
        if names := system.find("bucket"):
            system.rm(names)

    def _system(self) -> Any:
        """Return a client of the tests' own, made once: to make one takes half a second."""
        if self._known is None:
            import s3fs

            told = self.environment
            self._known = s3fs.S3FileSystem(
                endpoint_url=told["AWS_ENDPOINT_URL"], key=told["AWS_ACCESS_KEY_ID"],
                secret=told["AWS_SECRET_ACCESS_KEY"], use_listings_cache=False, skip_instance_cache=True,
            )  # fmt: skip
        return self._known


def forget_clients() -> None:
    """Have this process make new clients of stores; one is kept with the credentials that it was made by."""
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()


def _server(application: Application) -> tuple[Any, Application]:
    """Return a server on loopback that logs no request, and what answers requests as S3 does."""
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    return server, DomainDispatcherApplication(create_backend_app)


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Serve a store while the context lasts; leaves the test out where there is none."""
    require("s3")
    store = ObjectStore()
    thread = Thread(target=store.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield store
    finally:
        store.server.shutdown()
        thread.join()
        store.server.server_close()
