import LakeCore
import Lakehouse

/// `lake init`
package struct Init: Sendable, Equatable {
  package var directory: String?
  package var template: WorkspaceTemplate?
  package var name: String?

  package init() {}

  package static let declaration = Declaration(
    name: "init", summary: "Make a workspace",
    discussion: """
      Makes lake/ for data, catalog/ for metadata, pipelines/ for SQL, and the marker \
      catalog/workspace.json. What is there already stays as it is.

      With --template stedi the workspace begins with the STEDI case: landing data of synthetic \
      people, their definitions, a consent policy, and a pipeline of five jobs.
      """,
    initial: Init(),
    arguments: [
      .optional("DIR", .directory, "Where (default: here).") { $0.directory = $1 }
    ],
    options: [
      .option("template", "NAME", .choice(), "Begin with an example: stedi.") {
        $0.template = $1
      },
      .option("name", "NAME", .text, "What the workspace is called (default: its directory).") {
        $0.name = $1
      },
    ],
    examples: [
      Example("lake init", "Make this directory a workspace."),
      Example("lake init --template stedi /tmp/stedi", "A workspace to try everything with."),
    ])
}

extension Command {
  package static let `init` = Command(Init.declaration) { options, context in
    let lake = try context.makeLake()
    let workspace = try lake.createWorkspace(
      at: options.directory ?? ".", named: options.name, template: options.template)
    let root = try workspace.root
    if context.globals.wantsJSON {
      try context.write(
        .object([
          .init("workspace", .string(root)),
          .init("template", .optional(options.template?.rawValue)),
        ]))
      return .done
    }
    let place = options.directory.map { "\($0)" } ?? "."
    context.say("The workspace is made: \(root)")
    let enter = options.directory == nil ? "" : "cd \(place) && "
    context.say(
      options.template == nil
        ? "Put files into lake/landing/<table>/ and run: \(enter)lake crawl"
        : "Try: \(enter)lake run \(options.template?.rawValue ?? "")")
    return .done
  }
}
