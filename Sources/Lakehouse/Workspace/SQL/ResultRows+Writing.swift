import LakeCore
import LakeFormats
import LakeTables

extension ResultRows {
  /// What rows are written as, in files and streams.
  package enum FileFormat: Sendable, Hashable {
    case csv, tsv
    /// One array of objects.
    case json
    /// An object a line.
    case ndjson
    case parquet
  }

  /// Writes all rows to a target and commits it: a file appears when it is whole. Returns how many
  /// rows there were.
  package func write(
    as format: FileFormat, to target: any OutputTarget, isCompressed: Bool = false,
    in workspace: LakeWorkspace
  ) throws -> Int {
    switch format {
    case .csv: try writeText(.csv, target, isCompressed, workspace.lake)
    case .tsv: try writeText(.tsv, target, isCompressed, workspace.lake)
    case .ndjson: try writeText(.ndjson, target, isCompressed, workspace.lake)
    case .json: try writeArray(target, isCompressed, workspace.lake)
    case .parquet: try writeParquet(target, workspace)
    }
  }

  private func writeText(
    _ format: Conversion.OutputFormat, _ target: any OutputTarget, _ isCompressed: Bool,
    _ lake: Lake
  ) throws -> Int {
    let output = try TextOutput(
      target: target, format: format, schema: textSchema, isCompressed: isCompressed,
      libraries: lake.libraries, memory: lake.memory)
    try output.begin()
    var rows = 0
    let encode = output.encoder
    try runAsText(
      transform: { (try encode($0), $0.selectedCount) },
      consume: { block, count in
        try output.write(block)
        rows += count
      })
    try output.commit()
    return rows
  }

  private func writeArray(
    _ target: any OutputTarget, _ isCompressed: Bool, _ lake: Lake
  ) throws -> Int {
    let encoder = try JSONEncoder(schema: textSchema)
    let encoding = BlockEncoding(
      writer: .json(encoder), hasColumns: true, isCompressed: isCompressed,
      libraries: lake.libraries, memory: lake.memory)
    let memory = lake.memory
    var rows = 0
    try encoding.encode("[").write(to: target)
    try runAsText(
      transform: { batch in
        var sink = try ByteSink(tracker: memory)
        try encoder.append(batch, to: &sink)
        return (String(sink.view.text.dropLast()).replacing("\n", with: ",\n"), batch.selectedCount)
      },
      consume: { text, count in
        if count == 0 { return }
        try encoding.encode((rows > 0 ? ",\n" : "\n") + text).write(to: target)
        rows += count
      })
    try encoding.encode(rows > 0 ? "\n]\n" : "]\n").write(to: target)
    try target.commit()
    return rows
  }

  private func writeParquet(
    _ target: any OutputTarget, _ workspace: LakeWorkspace
  ) throws -> Int {
    let context = workspace.executionContext()
    let writer = try ParquetDataFiles(
      pool: context.pool, libraries: context.libraries, tracker: context.tracker,
      cancellation: context.cancellation
    ).makeWriter(schema: schema, target: target)
    let kernels = context.evaluation.kernels
    try run(transform: { try $0.compacted(kernels) }, consume: { try writer.append($0) })
    return try writer.finish().rowCount
  }
}

extension BlockEncoding {
  func encode(_ text: String) throws(LakeError) -> EncodedBlock {
    var sink = try ByteSink(tracker: memory)
    try sink.append(text)
    return try finish(sink)
  }
}
