import Lakehouse

/// `lake version`
package struct Version: Sendable {
  package static let declaration = Declaration(
    name: "version", summary: "Show the version",
    initial: Version(),
    examples: [
      Example("lake version", "One line, the same as lake --version."),
      Example("lake version --json", "For programs, with the machine."),
    ])

  package static var text: String { LakeVersion.current }

  package static func write(_ context: CommandContext) throws {
    guard context.globals.wantsJSON else { return try context.write("lake \(text)\n") }
    try context.write(
      .object([
        .init("name", .string("lake")),
        .init("version", .string(text)),
        .init("system", .string("linux")),
        .init("architecture", .string(architecture)),
      ]))
  }

  private static var architecture: String {
    #if arch(x86_64)
      "x86_64"
    #elseif arch(arm64)
      "arm64"
    #else
      "other"
    #endif
  }
}

extension Command {
  package static let version = Command(Version.declaration) { _, context in
    try Version.write(context)
    return .done
  }
}
