"""The command `lstsr models`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lstsr_runtime.bundle.reading import Bundle


@click.group()
def models() -> None:
    """List, show, verify and fetch trained networks.

    \b
    Example:
      lstsr models list
      lstsr models verify
    """


@models.command("list")
def list_models() -> None:
    """List the networks that are installed, pulled or named by LSTSR_BUNDLES.

    \b
    Example:
      lstsr models list
    """
    from lstsr_runtime.bundle.finding import find_bundles, own_folder

    found = find_bundles()
    for one in found:
        if one.bundle is None:
            click.echo(f"REFUSED {one.folder}: {' '.join(str(one.problem).split())}")
            continue
        contract = one.bundle.contract
        guides = ",".join(guide.name for guide in contract.guides)
        about = f"{contract.name:<18} {contract.version:<8} x{contract.factor:<3} {guides:<12}"
        click.echo(f"{about} {contract.summary}  ({one.folder})")
    if not found:
        click.echo(f"none is here; `lstsr models pull` brings them into {own_folder()}")


@models.command("show")
@click.argument("model")
def show_model(model: str) -> None:
    """Show what the network MODEL, a name or a folder, says of itself.

    \b
    Example:
      lstsr models show NAME
    """
    from lstsr_runtime.bundle.finding import locate
    from lstsr_runtime.bundle.reading import read_bundle
    from lstsr_runtime.bundle.showing import describe

    for subject, words in describe(read_bundle(locate(model))):
        click.echo(f"{subject:<12} {words}")


@models.command("verify")
@click.argument("chosen", metavar="[MODEL]...", nargs=-1)
@click.option("--device", default="auto", show_default=True, help="auto, cpu or cuda:0.")
@click.pass_context
def verify_models(context: click.Context, chosen: tuple[str, ...], device: str) -> None:
    """Check digests of networks, and that they give their own results on this machine.

    Each MODEL is a name or a folder; without one, all are checked.

    \b
    Example:
      lstsr models verify
    """
    from lstsr_core import LstsrError
    from lstsr_runtime.bundle.finding import find_bundles, locate
    from lstsr_runtime.bundle.selftest import verify

    status = 0
    folders = [locate(word) for word in chosen] or [one.folder for one in find_bundles()]
    for folder in folders:
        try:
            bundle, outcome = verify(folder, device)
            click.echo(
                f"ok      {bundle.contract.name} {bundle.contract.version}: {outcome.tiles} tiles, "
                f"{outcome.worst:.2g} K of {outcome.tolerance:g} K on {outcome.device}"
            )
        except LstsrError as error:
            status = status or error.exit_status
            click.echo(f"REFUSED {folder}: {error}", err=True)
    context.exit(status)


@models.command("pull")
@click.argument("source")
@click.option(
    "--digest", default="", help="SHA-256 of the bundle's SHA256SUMS; an address needs it."
)
@click.option(
    "--to", "home", type=click.Path(path_type=Path), help="Folder of bundles; by default your own."
)
def pull_model(source: str, digest: str, home: Path | None) -> None:
    """Bring the network in the folder or at the https address SOURCE.

    \b
    Example:
      lstsr models pull https://example.org/lstsr/NAME --digest 0123...
    """
    from lstsr_runtime.bundle.finding import own_folder
    from lstsr_runtime.bundle.pulling import pull

    _tell(pull(source, home if home is not None else own_folder(), digest=digest))


def _tell(bundle: Bundle) -> None:
    click.echo(f"{bundle.contract.name} {bundle.contract.version} {bundle.digest}")
    click.echo(bundle.folder)
