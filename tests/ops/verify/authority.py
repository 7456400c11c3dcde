"""A certificate authority of the tests' own, made with the openssl command."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

LEAF = """basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
authorityKeyIdentifier=keyid
subjectAltName=DNS:{host}
"""


@dataclass(frozen=True, kw_only=True)
class Issued:
    """The files of one certificate and its key."""

    certificate: Path
    key: Path

    @property
    def pair(self) -> tuple[str, str]:
        return str(self.certificate), str(self.key)


@dataclass(frozen=True, kw_only=True)
class Authority:
    folder: Path

    @property
    def certificate(self) -> Path:
        return self.folder / "ca.pem"

    @classmethod
    def make(cls, folder: Path) -> Authority:
        made = cls(folder=folder)
        made._openssl(
            *("req", "-x509", "-days", "365", "-subj", "/CN=A test's own", "-keyout", "ca.key", "-out", "ca.pem"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "/dev/stdin"),
            *("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"),
            *("-addext", "subjectKeyIdentifier=hash"),
            given="[req]\ndistinguished_name=dn\n[dn]\n",
        )
        return made

    def issue(self, host: str, *, days: int = 90) -> Issued:
        """A certificate for `host`; one of -1 days has ended yesterday."""
        name = f"{host}-{days}"
        self._openssl(
            *("req", "-subj", f"/CN={host}", "-keyout", f"{name}.key", "-out", f"{name}.csr"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
        )
        (self.folder / f"{name}.ext").write_text(LEAF.format(host=host))
        self._openssl(
            *("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
            *("-days", str(days), "-extfile", f"{name}.ext", "-out", f"{name}.pem"),
        )
        return Issued(certificate=self.folder / f"{name}.pem", key=self.folder / f"{name}.key")

    def _openssl(self, *arguments: str, given: str = "") -> None:
        subprocess.run(
            ["openssl", *arguments], cwd=self.folder, input=given, text=True, check=True, capture_output=True
        )
