extension Command {
  package static let generate = Command(
    name: "generate", summary: "Write synthetic data",
    examples: [
      Example("lake generate stedi /tmp/stedi", "The STEDI landing data, a thousand customers.")
    ],
    subcommands: [
      .generateStedi
    ])
}
