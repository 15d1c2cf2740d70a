"""fetch_cdnow reads exactly the published bytes, or says what to do."""

import functools
import hashlib
import http.server
import re
import threading

import pytest

from centricity import datasets
from centricity.datasets import cdnow

LINES = b" 00004 0001 19970101  2   29.33\r\n 00021 0002 19970118  1   11.77\r\n"


@pytest.fixture
def no_local_copies(monkeypatch, tmp_path):
    """An empty variable counts as none; the cache is an empty folder."""
    monkeypatch.setenv("CENTRICITY_DATA", "")
    monkeypatch.setattr("pooch.os_cache", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "centricity"


@pytest.fixture
def served(monkeypatch, tmp_path, no_local_copies):
    """A small server in place of the public address."""
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "CDNOW_sample.txt").write_bytes(LINES)

    class Silent(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Silent, directory=str(tmp_path / "www"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(cdnow, "SOURCE", f"http://127.0.0.1:{server.server_port}")
        yield tmp_path / "www"
        server.shutdown()


def test_sample_from_a_local_copy_is_the_papers_log(cdnow_sample_path, monkeypatch):
    monkeypatch.setenv("CENTRICITY_DATA", str(cdnow_sample_path.parent))
    log = datasets.fetch_cdnow()
    assert list(log) == ["customer_id", "date", "cds", "amount"]
    assert (len(log), log["customer_id"].nunique()) == (6_919, 2_357)
    assert (log["amount"] == 0).sum() == 8
    assert log.duplicated(["customer_id", "date"]).sum() == 223
    assert log["date"].max().strftime("%Y-%m-%d") == "1998-06-30"


def test_master_holds_every_order_of_the_sample_under_the_same_id(cdnow_master_path, monkeypatch):
    monkeypatch.setenv("CENTRICITY_DATA", str(cdnow_master_path.parent))
    sample, master = datasets.fetch_cdnow(sample=True), datasets.fetch_cdnow(sample=False)
    assert (len(master), master["customer_id"].nunique()) == (69_659, 23_570)
    same = master[master["customer_id"].isin(sample["customer_id"].unique())]
    keys = ["customer_id", "date", "cds", "amount"]
    left, right = (table.sort_values(keys)[keys].to_numpy() for table in (sample, same))
    assert (left == right).all()


def test_a_folder_without_the_file_is_an_error_that_says_where_to_put_it(tmp_path, monkeypatch):
    monkeypatch.setenv("CENTRICITY_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError) as caught:
        datasets.fetch_cdnow()
    assert str(caught.value) == (
        f"fetch_cdnow: there is no file 'CDNOW_sample.txt' in '{tmp_path}', the folder "
        "CENTRICITY_DATA names. With that variable set, copies are read from there and nothing "
        f"is downloaded. Put the file from {cdnow.SOURCE}/CDNOW_sample.txt into that folder, or "
        "unset the variable."
    )


def test_an_altered_local_copy_is_refused(tmp_path, monkeypatch):
    (tmp_path / "CDNOW_master.txt").write_bytes(LINES)
    monkeypatch.setenv("CENTRICITY_DATA", str(tmp_path))
    says = rf"'{re.escape(str(tmp_path))}.*' is not the file expected: its sha256 differs from eff6"
    with pytest.raises(ValueError, match=says):
        datasets.fetch_cdnow(sample=False)


def test_download_is_checked_and_cached(served, monkeypatch, no_local_copies):
    right = cdnow.SAMPLE._replace(sha256=hashlib.sha256(LINES).hexdigest())
    monkeypatch.setattr(cdnow, "SAMPLE", right)
    assert datasets.fetch_cdnow()["customer_id"].tolist() == ["00004", "00021"]
    assert (no_local_copies / "CDNOW_sample.txt").read_bytes() == LINES
    (served / "CDNOW_sample.txt").unlink()
    assert len(datasets.fetch_cdnow()) == 2


def test_a_download_with_a_wrong_checksum_is_refused_and_not_kept(served, no_local_copies):
    with pytest.raises(ValueError, match=r"What http://127.* is not the file expected"):
        datasets.fetch_cdnow()
    assert not list(no_local_copies.glob("CDNOW*"))


def test_an_address_without_the_file_is_an_error_with_a_remedy(served):
    with pytest.raises(ConnectionError, match=r"'CDNOW_master.txt' could not .* \(HTTPError\)"):
        datasets.fetch_cdnow(sample=False)


def test_offline_error_names_file_address_and_folder(no_local_copies, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(ConnectionError) as caught:
        datasets.fetch_cdnow()
    for part in ("'CDNOW_sample.txt'", cdnow.SOURCE, str(no_local_copies), "CENTRICITY_DATA"):
        assert part in str(caught.value)
