/// The record shapes of the landing tables, byte by byte. Each function writes one file's share of
/// a table.
enum StediRecords {
  static func writeCustomers(
    _ records: Range<Int>, file: Int, of population: StediPopulation, to target: inout RecordFile
  ) throws {
    target.keepFragment { population.appendStranger(file, to: &$0) }
    for position in records {
      target.beginRecord()
      population.appendRecord(at: position, to: &target.cursor)
      target.endRecord()
      try target.makeRoom()
    }
  }

  /// `{"sensorReadingTime":1655564444103,"serialNumber":"…","distanceFromObject":257}`
  static func writeSteps(
    _ slots: Range<Int>, of schedule: StediSchedule, to target: inout RecordFile
  ) throws {
    guard !slots.isEmpty else { return }
    var file = target
    defer { target = file }
    var walk = StediWalk(schedule, slots: slots)
    while let event = walk.next() {
      file.beginRecord()
      file.cursor.append("{\"sensorReadingTime\":")
      file.cursor.appendDigits(event.instant, count: 13)
      file.cursor.append(",\"serialNumber\":\"")
      schedule.population.appendSerial(of: event.customer, to: &file.cursor)
      file.cursor.append("\",\"distanceFromObject\":")
      file.cursor.appendDigits(event.distance, count: 3)
      file.cursor.append("}")
      file.endRecord()
      try file.makeRoom()
    }
  }

  /// `{"user":"Frank.Doshi@test.com","timestamp":1655564444103,"x":1.0,"y":-1.0,"z":-1.0}`
  static func writeReadings(
    _ slots: Range<Int>, of schedule: StediSchedule, to target: inout RecordFile
  ) throws {
    guard !slots.isEmpty else { return }
    var file = target
    defer { target = file }
    var walk = StediWalk(schedule, slots: slots)
    while let event = walk.next() {
      guard event.readingCount > 0 else { continue }
      var axes = RandomStream(seed: event.random)
      for _ in 0..<event.readingCount {
        file.beginRecord()
        file.cursor.append("{\"user\":\"")
        schedule.population.appendEmail(of: event.customer, to: &file.cursor)
        file.cursor.append("\",\"timestamp\":")
        file.cursor.appendDigits(event.instant, count: 13)
        let random = axes.next()
        file.cursor.append(",\"x\":")
        file.cursor.appendAxis(random)
        file.cursor.append(",\"y\":")
        file.cursor.appendAxis(random &>> 16)
        file.cursor.append(",\"z\":")
        file.cursor.appendAxis(random &>> 32)
        file.cursor.append("}")
        file.endRecord()
      }
      try file.makeRoom()
    }
  }
}
