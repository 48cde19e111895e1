/// The README.md beside generated data: what it is, how it is distributed, what to expect of it.
enum StediReadme {
  /// The first line, by which a README is known to be ours.
  static let title = "# Synthetic STEDI landing data\n"

  static func text(_ report: StediReport) -> String {
    let options = report.options
    let files = options.files.map { " --files \($0)" } ?? ""
    let profile = options.profile == .revised ? "" : " --profile \(options.profile.rawValue)"
    let damage = options.damage.map { " --damage \($0.rawValue)" } ?? ""
    let command =
      "lake generate stedi --scale \(number(options.scale)) --seed \(options.seed)"
      + profile + files + damage
    return """
      \(title)
      Written by `\(command)`.
      The same options give the same bytes, on any machine and any number of threads. All persons
      are invented.

      ## Landing

      | table | files | records | rejects |
      |---|---:|---:|---:|
      \(report.landing.map(row).joined(separator: "\n"))

      \(damageText(options.damage))

      ## What a right pipeline makes of it

      | table | rows | what it holds |
      |---|---:|---|
      \(zip(report.truth.tables, meanings).map(row).joined(separator: "\n"))

      Joined on time alone, the last table would have \(report.truth.joinedOnTimeAlone) rows:
      readings of other people who stepped at the same millisecond would slip in. Of the trusted
      readings \(report.truth.readingsAfterConsent) are not older than the consent.

      \(report.truth.consent.map(consentText) ?? "")\(distributions(options.profile))
      """
  }

  /// A scale without a needless point.
  private static func number(_ scale: Double) -> String {
    scale == scale.rounded() ? String(Int(scale)) : String(scale)
  }

  private static func row(_ landing: StediReport.Landing) -> String {
    "| \(landing.table.rawValue) | \(landing.files) | \(landing.records) | \(landing.rejects) |"
  }

  private static func row(_ table: (name: String, rows: Int), _ meaning: String) -> String {
    "| \(table.name) | \(table.rows) | \(meaning) |"
  }

  private static let meanings = [
    "customers whose (newest) record has consent since `shareWithResearchAsOfDate`",
    "readings of trusted customers (`user` is the email)",
    "trusted customers who have readings, each once",
    "step records of curated customers (by `serialNumber`)",
    "those step records, each with every trusted reading of the same customer at the same time",
  ]

  private static func damageText(_ damage: StediDamage?) -> String {
    switch damage {
    case nil: "Every line is one JSON object and ends with a line feed."
    case .commas: "Damaged: a comma follows every line of a file but the last."
    case .glued: "Damaged: the objects of a file follow one another with nothing between them."
    case .cut:
      "Damaged: every file that has records ends in the middle of one more, which is its reject. "
        + "The counts below are those of the whole records."
    case .mixed:
      "Damaged in turns, file by file: whole; a comma after every line but the last; nothing "
        + "between objects; cut off in the middle of one more object, which is a reject. The "
        + "counts below are those of the whole records."
    }
  }

  private static func consentText(_ consent: StediConsentTruth) -> String {
    """
    A record grants if its `shareWithResearchAsOfDate` is above 0 and not in the future. A person
    is granted if the newest record (by `lastUpdateDate`) grants. Every serial number is that of
    several emails, so that it names nobody, and step records stay out.

    | what the customer records say | count |
    |---|---:|
    \(consent.counts.map { "| \($0.name.replacing("_", with: " ")) | \($0.count) |" }
      .joined(separator: "\n"))


    """
  }

  private static func distributions(_ profile: StediProfile) -> String {
    let customers = profile == .revised ? revisedCustomers : earlyCustomers
    return "\(distributionsTitle)\n\(customers)\n\(events)"
  }

  private static let distributionsTitle = """
    ## Distributions

    Keys always stand in the same order. Times are milliseconds since 1970, UTC.

    customer (`customerName`, `email`, `phone`, `birthDay`, `serialNumber`, `registrationDate`,
    `lastUpdateDate`, then the consents that were given):

    """

  private static let revisedCustomers = """
    * 956 times the scale. Emails and serial numbers are unique, names are not.
    * `shareWithResearchAsOfDate`, `shareWithPublicAsOfDate` and `shareWithFriendsAsOfDate` are each
      there for half of the customers, independently, and absent for the others: 7 to 10 keys.
    * Registered from 2022-05-19 to 2022-06-16, to the millisecond. A consent is given at once (half
      of them) or within a day. `lastUpdateDate` is the latest of these. So every consent is older
      than the first reading, and comparing dates changes no count.
    * Born from 1935 to 2004, every day up to the 28th as likely.

    """

  private static let earlyCustomers = """
    * 609 people times the scale, at least 30, with one to three records each, in any order: 999
      records of 609 people. Of 609, 188 have one record that grants, 159 one that does not; the
      others answer (the newest last; 1 grants) 11: 26, 111: 24, 01: 45, 001: 20, 101: 16, 10: 40,
      110: 16, 100: 16, 00: 23, 000: 36.
    * About 33 records in a row of a mixed order share a serial number, so that 25 to 42 emails do
      (where there are few people, a few less or more). Steps carry the one of their person's
      newest record.
    * Registered from 2022-05-19 to 2022-06-16. The first record is of that time or within a day,
      each further one 1 to 21 days later; `lastUpdateDate` says when. A consent has the date of the
      record in which it was given, and keeps it in the records behind.
    * A record that does not grant has no `shareWithResearchAsOfDate` (3 of 7), or 0, `""`, `null`
      or a date in 2099 (1 of 7 each; `""` only for people who are not granted).
    * `shareWithPublicAsOfDate` and `shareWithFriendsAsOfDate` are each there in half of the
      records.
    * Born from 1935 to 2004, every day up to the 28th as likely.

    """

  private static let events = """
    step_trainer (`sensorReadingTime`, `serialNumber`, `distanceFromObject`):

    * On each of 32 days from 2022-06-18 a customer steps once, with a probability of 15/16 (on the
      first day always): 30.06 records each on average.
    * One time in 16 is shared with the customer before, to the millisecond.
    * The distance is 200 to 299, each as likely.

    accelerometer (`user`, `timestamp`, `x`, `y`, `z`):

    * 31 of 32 customers have readings. They are at the times of their steps: 0 to 6 of them with
      probabilities of 1, 2, 3, 5, 3, 1, 1 in 16, which is 2.875 on average (on the first day at
      least one).
    * x, y and z are -1.0, 0.0 or 1.0, each as likely.

    Steps and readings are in the order of time over all customers, within a file and from file to
    file.

    """
}
