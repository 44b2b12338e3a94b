"""What huggingface_hub raises, said so that a person can mend it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pentimento.download.offers import Offer
from pentimento.words.errors import DownloadError

if TYPE_CHECKING:
    from huggingface_hub.errors import HfHubHTTPError

UNAUTHORIZED, TOO_MANY = 401, 429
AGAIN = "Run the same command again: it goes on where it stopped."


@contextmanager
def told_by_hub(offer: Offer, endpoint: str) -> Generator[None]:
    """Faults of the hub and of the way to it, as DownloadError; the disk's faults pass."""
    import httpx2
    from huggingface_hub.errors import FileMetadataError, HfHubHTTPError, OfflineModeIsEnabled

    try:
        yield
    except HfHubHTTPError as fault:
        raise _answered(offer, endpoint, fault) from fault
    except OfflineModeIsEnabled as fault:
        raise DownloadError("downloads are switched off by HF_HUB_OFFLINE", "Unset it and try again.") from fault
    except httpx2.ConnectError as fault:
        raise DownloadError(
            f"{endpoint} cannot be reached: {fault}",
            "Check the network and the proxy settings; --endpoint or HF_ENDPOINT names another hub.",
        ) from fault
    except (httpx2.HTTPError, httpx2.InvalidURL, FileMetadataError) as fault:
        raise DownloadError(
            f"the download of {offer.file} broke off: {fault or type(fault).__name__}", AGAIN
        ) from fault
    except OSError as fault:
        if fault.errno is None:  # fewer bytes came than were announced
            raise DownloadError(f"the download of {offer.file} ended early", AGAIN) from fault
        raise


def _answered(offer: Offer, endpoint: str, fault: "HfHubHTTPError") -> DownloadError:
    from huggingface_hub.errors import GatedRepoError, RemoteEntryNotFoundError, RepositoryNotFoundError

    status = fault.response.status_code
    match fault:
        case GatedRepoError():
            return DownloadError(
                f"{offer.repository} is given only to those who accepted its terms (HTTP {status})",
                f"Accept them at {offer.page}, make a token at https://huggingface.co/settings/tokens, "
                "and give it as HF_TOKEN=hf_….",
            )
        case RemoteEntryNotFoundError():
            return DownloadError(
                f"{offer.repository} has no file {offer.file} (HTTP {status})", f"See {offer.page} for what it has."
            )
        case RepositoryNotFoundError():
            return DownloadError(
                f"{endpoint} has no repository {offer.repository}, or it is private (HTTP {status})",
                "If it is yours to read, give a token as HF_TOKEN=hf_….",
            )
    if status == UNAUTHORIZED:
        return DownloadError(
            f"{endpoint} refused the token (HTTP {status})", "Check HF_TOKEN, or unset it: most files need none."
        )
    wait = "Wait a little, then run the same command again."
    return DownloadError(f"{endpoint} answered HTTP {status}", wait if status >= TOO_MANY else f"See {offer.page}.")
