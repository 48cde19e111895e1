/// Rules on scripts.
extension Rule {
  static let scriptRules = [scriptHeads]

  private static let scriptHeads = Rule(
    "scripts stop at the first error and say in their head what they do",
    bad: [
      ["bin/a": "#!/bin/bash\n# Does a.\nset -euo pipefail\n"],
      ["bin/a": "#!/usr/bin/env bash\nset -euo pipefail\n"],
      ["bin/a": "#!/usr/bin/env bash\n# Does a.\necho\n"],
    ],
    good: [["bin/a": "#!/usr/bin/env bash\n# Does a.\n#\n# More.\nset -euo pipefail\n"]]
  ) { tree in
    tree.files.filter { $0.isShellScript && $0.text.hasPrefix("#!") }
      .flatMap { file -> [Finding] in
        var findings: [Finding] = []
        if file.lines[0] != "#!/usr/bin/env bash" {
          findings.append(file.finding(0, "begin with #!/usr/bin/env bash"))
        }
        if file.lines.count < 2 || !file.lines[1].hasPrefix("# ") {
          findings.append(file.finding(1, "say what the script does"))
        }
        let firstCommand = file.lines.first { !$0.hasPrefix("#") && !$0.isEmpty }
        if firstCommand != "set -euo pipefail" {
          findings.append(Finding(path: file.path, message: "begin with set -euo pipefail"))
        }
        return findings
      }
  }
}
