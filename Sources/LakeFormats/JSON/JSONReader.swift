import LakeCore

/// The front of the JSON reader.
package enum JSONReader {
  /// A decoder for one worker.
  package static func makeDecoder(
    schema: Schema, options: JSONReadOptions = JSONReadOptions(), tracker: MemoryTracker? = nil
  ) throws(LakeError) -> JSONDecoder {
    try JSONDecoder(plan: try JSONDecodePlan(schema), options: options, tracker: tracker)
  }

  /// Reads every record of the files and says what they look like together.
  package static func infer(_ scan: TextScan, on pool: ThreadPool) throws -> JSONInference {
    let feed = ChunkFeed(files: scan.files, sizes: scan.sizes, tracker: scan.tracker)
    let (files, tracker) = (scan.files, scan.tracker)
    var inference = JSONInference()
    try pool.mapOrdered(
      window: 2 * pool.threadCount, cancellation: scan.cancellation,
      makeState: { JSONInferrer() },
      produce: feed.next,
      transform: { (inferrer, item) -> JSONChunkEvidence? in
        guard case .chunk(let request, let file) = item,
          let chunk = try request.load(tracker: tracker),
          case .json(let format) = files[file].format
        else { return nil }
        return try inferrer.infer(chunk, of: format)
      },
      consume: { evidence in
        guard let evidence else { return }
        scan.progress?.add(bytes: evidence.report.byteCount, records: evidence.report.recordCount)
        try inference.add(evidence)
      })
    return inference
  }
}

/// What inference found out about the records of some files.
package struct JSONInference: Sendable {
  package private(set) var recordCount = 0
  package private(set) var columns: [TypeEvidence.Member] = []

  /// The columns in the order of first appearance.
  package var schema: Schema { Schema(TypeEvidence.fields(columns)) }

  mutating func add(_ evidence: JSONChunkEvidence) throws(LakeError) {
    recordCount += evidence.report.recordCount
    TypeEvidence.add(evidence.members, to: &columns)
    if evidence.hasTooManyMembers || columns.count > JSONLimits.keysMax {
      throw FileEvidence.tooManyKeys
    }
    if evidence.hasTooManyPlaces || TypeEvidence.placeCount(columns) > JSONLimits.placesMax {
      throw FileEvidence.tooManyPlaces
    }
  }
}
