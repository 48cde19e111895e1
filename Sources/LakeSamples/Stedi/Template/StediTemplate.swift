/// What a workspace begins with that is made from the STEDI template: the same files, byte for
/// byte, as the repository has in `catalog/`, `examples/stedi/` and `lake/landing/`. The marker
/// `catalog/workspace.json` is not among them, since each workspace has an id of its own.
package enum StediTemplate {
  /// By path below the workspace.
  package static let files: [(path: String, text: String)] = [
    ("catalog/customer_landing.sql", customerLanding),
    ("catalog/accelerometer_landing.sql", accelerometerLanding),
    ("catalog/step_trainer_landing.sql", stepTrainerLanding),
    ("catalog/research.sql", research),
    ("examples/stedi/customer_trusted.sql", customerTrusted),
    ("examples/stedi/accelerometer_trusted.sql", accelerometerTrusted),
    ("examples/stedi/customers_curated.sql", customersCurated),
    ("examples/stedi/step_trainer_trusted.sql", stepTrainerTrusted),
    ("examples/stedi/machine_learning_curated.sql", machineLearningCurated),
    ("examples/stedi/README.md", readme),
  ]

  /// The data of `lake/landing`, to be generated there.
  package static let sample = StediOptions(scale: 0.04, seed: 3, files: 1)
}
