"""Files: before a paper's fact is recorded, its file is looked at in the store: digest, size, type by content."""

from domain.errors import RefusedError
from domain.paper_refusals import FileDiffersError, FileMissingError
from domain.paper_requests import AttachPaper
from domain.words import Both
from files.kinds import type_of
from files.store import FileStore


class NoFileStoreError(RefusedError):
    """A worker that was told of no file store."""

    zh = "办理 {digest} 的工作进程没有设文件库；须先设 BRIDGEFUND_FILES（引擎规则）"
    en = "the worker that was asked for {digest} has no file store; set BRIDGEFUND_FILES first (the engine's rule)"


class Files:
    """The file store as a decision sees it."""

    def __init__(self, url: str | None) -> None:
        """Know where it is; None is nowhere."""
        self._store = FileStore(url) if url else None

    def check(self, request: AttachPaper) -> None:
        """Check that the file is there and is what the request says of it: a door's word is not enough.

        Raises:
            RefusedError: If it is not there, or is not.
            FileStoreError: If the store does not answer; asked again later.
        """
        if self._store is None:
            raise NoFileStoreError(digest=request.digest)
        if self._store.size(request.digest) is None:
            raise FileMissingError(digest=request.digest)
        found = self._store.measure(request.digest)
        with self._store.open(request.digest) as stream:
            media_type = type_of(stream)
        for zh, en, is_, said in (
            ("摘要", "digest", found.digest, request.digest),
            ("大小（字节）", "size in bytes", found.size_bytes, request.size_bytes),
            ("类型", "type", media_type, request.media_type),
        ):
            if is_ != said:
                raise FileDiffersError(digest=request.digest, what=Both(zh, en), found=is_, asked=said)
