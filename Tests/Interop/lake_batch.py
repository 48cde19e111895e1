"""A `lake query --batch` that generated queries are put to."""

import json
import subprocess


class Lake:
    """Asked one statement after the other. `parse_float` makes numbers of what has a point."""

    def __init__(self, binary, folder, parse_float=float):
        self.parse_float = parse_float
        self.process = subprocess.Popen(
            [binary, "query", "--batch"], cwd=folder, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, sql):
        self.process.stdin.write(sql + ";\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"lake ended (code {self.process.wait()}) at: {sql}")
        return json.loads(line, parse_float=self.parse_float)

    def close(self):
        self.process.stdin.close()
        self.process.wait()
