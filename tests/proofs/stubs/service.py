"""A stub of kube-proxy: takes connections on one address and leads each to one of the endpoints, by turns.

service.py ADDRESS:PORT ENDPOINT:PORT…
"""

from __future__ import annotations

import asyncio
import itertools
import sys


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()


async def _main(listen: str, ends: list[str]) -> None:
    turns = itertools.cycle(ends)

    async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = next(turns).rpartition(":")
        try:
            there, back = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, back), _copy(there, writer))
        for end in (back, writer):
            end.close()

    host, _, port = listen.rpartition(":")
    server = await asyncio.start_server(lead, host, int(port))
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


asyncio.run(_main(sys.argv[1], sys.argv[2:]))
