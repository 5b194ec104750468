#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What partners and installations get, in build/packages: the add-on archive, Debian packages, and their bills of material.

    packaging/package.py [--build DIR] [--out DIR] [--key MINISIGN.key] [--only addon|deb]

Without --key the archive is signed with a key made for this build, whose public half lies beside it: for trying out. The
key's password is asked for on the terminal, or read from MINISIGN_PASSWORD; a key without one asks nothing.
"""
import argparse
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "1767225600"))  # archives are the same for the same input
MAINTAINER = "Sales & Leads maintainers <maintainers@sales-leads.invalid>"
HEADER_ONLY = ("libboost1.81-dev", "libvalijson-dev", "libhowardhinnant-date-dev")


def run(*words, **options):
    return subprocess.run([str(w) for w in words], check=True, text=True, **options)


def version():
    return re.search(r"^version: (\S+)", (ROOT / "manifest.yaml").read_text(), re.M).group(1)


def staged_module(build, folder):
    """The installable folder, its libraries without what only a debugger needs."""
    shutil.copytree(build / "modules/sales_leads", folder)
    for library in folder.glob("*.so"):
        run("strip", "--strip-unneeded", "--remove-section=.comment", library)
    return folder


# --- bill of material -------------------------------------------------------------------------------------------------

def needed(file):
    text = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", text)


def owner(library):
    """Debian package and version of a shared library, or nothing."""
    paths = re.findall(rf"^\s*{re.escape(library)} .*=> (\S+)", subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True).stdout, re.M)
    for path in paths:
        for name in {path, os.path.realpath(path), path.removeprefix("/usr"), "/usr" + path}:
            found = subprocess.run(["dpkg", "-S", name], capture_output=True, text=True).stdout
            if found:
                package = found.split(": ")[0].split(",")[0]
                return package.split(":")[0], subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True).stdout
    return None


def bill_of_material(name, files):
    """SPDX 2.3: our files, what they are linked to, and header-only libraries that were compiled in."""
    packages, relations = {}, []

    def package(identity, fields):
        packages.setdefault(identity, {"SPDXID": identity, "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
                                       "licenseDeclared": "NOASSERTION", "copyrightText": "NOASSERTION", **fields})
        return identity

    for file in files:
        ours = package("SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", file.name),
                       {"name": file.name, "versionInfo": version(), "licenseDeclared": "Apache-2.0", "licenseConcluded": "Apache-2.0",
                        "checksums": [{"algorithm": "SHA256", "checksumValue": hashlib.sha256(file.read_bytes()).hexdigest()}]})
        relations.append(("SPDXRef-DOCUMENT", "DESCRIBES", ours))
        for library in needed(file):
            found = owner(library)
            if found:
                theirs = package("SPDXRef-Debian-" + re.sub(r"[^A-Za-z0-9.-]", "-", found[0]),
                                 {"name": found[0], "versionInfo": found[1], "supplier": "Organization: Debian",
                                  "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": f"pkg:deb/debian/{found[0]}@{found[1]}"}]})
                relations.append((ours, "DYNAMIC_LINK", theirs))
            elif not (file.parent / library).exists():
                raise SystemExit(f"{file.name} needs {library}, which no Debian package owns")
    for name_ in HEADER_ONLY:
        installed = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name_], capture_output=True, text=True).stdout
        if installed:
            theirs = package("SPDXRef-Debian-" + name_, {"name": name_, "versionInfo": installed, "supplier": "Organization: Debian"})
            relations += [(ours_, "STATIC_LINK", theirs) for ours_ in [p for p in packages if not p.startswith("SPDXRef-Debian")]]
    digest = hashlib.sha256("".join(sorted(p.get("checksums", [{}])[0].get("checksumValue", "") for p in packages.values())).encode()).hexdigest()
    return {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": name,
            "documentNamespace": f"https://sales-leads.invalid/spdx/{name}-{digest[:16]}",
            "creationInfo": {"created": "2026-01-01T00:00:00Z", "creators": ["Tool: package.py"]},
            "packages": list(packages.values()),
            "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b} for a, kind, b in relations]}


# --- the add-on archive -----------------------------------------------------------------------------------------------

def addon(build, out, key):
    with tempfile.TemporaryDirectory() as scratch:
        folder = staged_module(build, Path(scratch) / "sales_leads")
        (folder / "views").mkdir()
        for view in (ROOT / "host_api/sql").glob("*"):
            shutil.copy(view, folder / "views")
        bill = bill_of_material(f"sales_leads-{version()}", sorted(folder.glob("*.so")))
        text = json.dumps(bill, indent=1) + "\n"
        (folder / "sbom.spdx.json").write_text(text)
        (out / f"sales_leads-{version()}.spdx.json").write_text(text)
        archive = out / f"sales_leads-{version()}.erpmod"
        pack(folder, archive, key)
    return archive


def pack(folder, archive, key):
    """Any module's folder: this is all that an .erpmod is."""
    run(ROOT / "packaging/erp-pack", folder, "--key", key, "--out", archive, stdout=subprocess.DEVNULL)


# --- Debian packages --------------------------------------------------------------------------------------------------

COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: sales_leads
Source: https://sales-leads.invalid/

Files: *
Copyright: 2026 The Sales & Leads authors
License: Apache-2.0
 On Debian systems, the full text of the Apache License version 2.0 is in
 /usr/share/common-licenses/Apache-2.0.
"""


def shared_libraries(tree, libraries=()):
    """Depends of all programs and libraries in the tree, as Debian computes them."""
    files = [p for p in tree.rglob("*") if p.is_file() and not p.is_symlink() and p.read_bytes()[:4] == b"\x7fELF"]
    if not files:
        return ""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "debian").mkdir()
        (Path(scratch) / "debian/control").write_text("Source: sales-leads\n\nPackage: x\nArchitecture: any\n")
        done = run("dpkg-shlibdeps", "-O", "--ignore-missing-info", *[f"-l{p}" for p in libraries], *[f"-e{p}" for p in files], cwd=scratch, capture_output=True)
    return done.stdout.strip().removeprefix("shlibs:Depends=")


def deb(out, name, tree, summary, text, depends=(), architecture=None, section="misc", suggests="", recommends="", provides=""):
    architecture = architecture or run("dpkg", "--print-architecture", capture_output=True).stdout.strip()
    doc = tree / "usr/share/doc" / name
    doc.mkdir(parents=True, exist_ok=True)
    (doc / "copyright").write_text(COPYRIGHT)
    change = f"{name} ({version()}) unstable; urgency=medium\n\n  * Version {version()}.\n\n -- {MAINTAINER}  Thu, 01 Jan 2026 00:00:00 +0000\n"
    with open(doc / "changelog.gz", "wb") as file, gzip.GzipFile("", "wb", 9, file, EPOCH) as packed:
        packed.write(change.encode())
    for page in (tree / "usr/share/man").rglob("*.[1-8]"):
        with open(f"{page}.gz", "wb") as file, gzip.GzipFile("", "wb", 9, file, EPOCH) as packed:
            packed.write(page.read_bytes())
        page.unlink()
    for path in tree.rglob("*"):
        if path.is_symlink():
            continue
        executable = path.is_dir() or "bin" in path.parts[-2:-1]
        path.chmod(0o755 if executable else 0o644)
        os.utime(path, (EPOCH, EPOCH))
    size = sum(p.stat().st_size for p in tree.rglob("*") if p.is_file()) // 1024 + 1
    depends = ", ".join(d for d in [*depends, shared_libraries(tree, {p.parent for p in tree.rglob("*.so")})] if d)
    (tree / "DEBIAN").mkdir()
    fields = [("Package", name), ("Version", version()), ("Architecture", architecture), ("Maintainer", MAINTAINER), ("Installed-Size", size), ("Depends", depends),
              ("Recommends", recommends), ("Suggests", suggests), ("Section", section), ("Priority", "optional"),
              ("Description", summary + "\n" + "\n".join(" " + line for line in text.split("\n")))]
    (tree / "DEBIAN/control").write_text("".join(f"{key}: {value}\n" for key, value in fields if value))
    sums = "".join(f"{hashlib.md5(p.read_bytes()).hexdigest()}  {p.relative_to(tree)}\n" for p in sorted(tree.rglob("*")) if p.is_file() and not p.is_symlink() and "DEBIAN" not in p.parts)
    (tree / "DEBIAN/md5sums").write_text(sums)
    for path in (tree / "DEBIAN").iterdir():
        path.chmod(0o644)
    tree.chmod(0o755)
    file = out / f"{name}_{version()}_{architecture}.deb"
    run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", tree, file, env={**os.environ, "SOURCE_DATE_EPOCH": str(EPOCH)}, stdout=subprocess.DEVNULL)
    return file


def program(build, name, place):
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(build / "bin" / name, place)
    run("strip", "--strip-all", "--remove-section=.comment", place)


def debs(build, out):
    made = []
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch) / "module"
        staged_module(build, tree / "usr/lib/erp-host/modules/sales_leads")
        made.append(deb(out, "erp-module-sales-leads", tree, "sales and leads for ERP hosts (module)",
                        "What did this campaign really sell? Opportunities, leads, campaigns, budgets\nand commissions on the orders and invoices of the ERP that loads it.\n"
                        ".\nOne shared library over a stable C interface; it keeps its data in the ERP's\nown database and owns no thread.", suggests="erp-host"))
        tree = Path(scratch) / "host"
        program(build, "erp-host", tree / "usr/bin/erp-host")
        (tree / "lib/systemd/system").mkdir(parents=True)
        shutil.copy(ROOT / "packaging/deb/erp-host.service", tree / "lib/systemd/system")
        (tree / "usr/share/man/man1").mkdir(parents=True)
        shutil.copy(ROOT / "packaging/deb/erp-host.1", tree / "usr/share/man/man1")
        made.append(deb(out, "erp-host", tree, "small ERP that loads modules",
                        "Keeps customers, projects, orders, invoices and users in SQLite or PostgreSQL,\nserves them to browsers, and loads modules over a stable C interface.\n"
                        ".\nIt is the reference for that interface, and small on purpose.", recommends="erp-module-sales-leads", suggests="postgresql-client"))
        tree = Path(scratch) / "dev"
        include = tree / "usr/include/erp"
        include.mkdir(parents=True)
        for header in [*(ROOT / "host_api/include/erp").glob("*.h"), *(ROOT / "host_api/sdk/erp").glob("*.hpp")]:
            shutil.copy(header, include)
        doc = tree / "usr/share/doc/erp-host-dev"
        doc.mkdir(parents=True)
        for source, name in (("host_api/README.md", "README.md"), ("packaging/PARTNERS.md", "PARTNERS.md"), ("host_api/sql/README.md", "views.md"), ("host_api/conformance/README.md", "conformance.md")):
            if (ROOT / source).exists():
                shutil.copy(ROOT / source, doc / name)
        for name in ("module-check", "host-check"):
            program(build, name, tree / "usr/lib/erp-host/bin" / name)
            (tree / "usr/bin").mkdir(exist_ok=True)
            (tree / "usr/bin" / name).symlink_to(f"../lib/erp-host/bin/{name}")
        shutil.copy(ROOT / "packaging/erp-pack", tree / "usr/bin/erp-pack")
        (tree / "usr/lib/erp-host/conformance_kit").mkdir()
        for library in (build / "conformance_kit").glob("*.so"):
            shutil.copy(library, tree / "usr/lib/erp-host/conformance_kit")
            run("strip", "--strip-unneeded", "--remove-section=.comment", tree / "usr/lib/erp-host/conformance_kit" / library.name)
        (tree / "usr/share/man/man1").mkdir(parents=True)
        for page in ("module-check.1", "erp-pack.1"):
            shutil.copy(ROOT / "packaging/deb" / page, tree / "usr/share/man/man1")
        (tree / "usr/share/man/man1/host-check.1.gz").symlink_to("module-check.1.gz")
        made.append(deb(out, "erp-host-dev", tree, "headers and checkers for modules and hosts",
                        "The C interface between an ERP and its modules, a C++ layer over it without\ncode of its own to link, two programs that tell whether a module or a host\nkeeps the contract, and one that packs a module as a signed add-on.",
                        depends=("python3",), section="libdevel", recommends="minisign"))
        for name, file in (("erp-host", Path(scratch) / "host/usr/bin/erp-host"),):
            (out / f"{name}-{version()}.spdx.json").write_text(json.dumps(bill_of_material(f"{name}-{version()}", [file]), indent=1) + "\n")
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--only", choices=("addon", "deb"))
    options = parser.parse_args()
    out = options.out or options.build / "packages"
    out.mkdir(parents=True, exist_ok=True)
    made = []
    if options.only != "deb":
        key = options.key
        if key is None:
            key = out / "trial.key"
            if not key.exists():
                run("minisign", "-G", "-W", "-p", out / "trial.pub", "-s", key, stdout=subprocess.DEVNULL)
        made.append(addon(options.build, out, key))
    if options.only != "addon":
        made += debs(options.build, out)
    for file in made:
        print(f"{file}  {file.stat().st_size} bytes  sha256 {hashlib.sha256(file.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    sys.exit(main())
