"""Recompute a proof of the log: python check_log.py proof.json [address of a node of the chain]"""

import base64
import hashlib
import json
import sys
import urllib.request
from pathlib import Path


def h(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


proof = json.loads(Path(sys.argv[1]).read_bytes())
digest, path = bytes.fromhex(proof["digest"]), [bytes.fromhex(node) for node in proof["path"]]
node, number, last = h(b"\0", digest), proof["index"], proof["size"] - 1
for sibling in path:  # RFC 9162, section 2.1.3.2
    if number % 2 or number == last:
        node = h(b"\1", sibling, node)
        while number % 2 == 0 and number:
            number, last = number >> 1, last >> 1
    else:
        node = h(b"\1", node, sibling)
    number, last = number >> 1, last >> 1
name, size, root = proof["checkpoint"].split("\n")[:3]
good = node == base64.b64decode(root) and int(size) == proof["size"] and last == 0
print(f"{name}: {'in the log' if good else 'NOT in the log'} at {proof['index']} of {size}")
if "chain" in proof:
    node, chain = digest, proof["chain"]
    for side, other in chain["path"]:
        other = bytes.fromhex(other)
        node = h(other, node) if side == "left" else h(node, other)
    data, good = chain["root"], good and node.hex() == chain["root"]
    if len(sys.argv) > 2:
        ask = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "eth_getTransactionByHash",
            "params": [chain["transaction"]],
        }
        request = urllib.request.Request(
            sys.argv[2], json.dumps(ask).encode(), {"content-type": "application/json"}
        )
        data = json.load(urllib.request.urlopen(request))["result"]["input"].removeprefix("0x")
    good = good and data == node.hex()
    print(f"chain {chain['network']}, {chain['transaction']}: {'the same root' if good else 'ANOTHER ROOT'}")
sys.exit(0 if good else 1)
