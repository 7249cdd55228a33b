internal import ApkArchive
internal import ApkFormats

/// Fetches one file from the first mirror that gives the right one.
struct Fetcher: Sendable {
    let transport: any Transport
    let policy: FetchPolicy
    let mirrors: [Mirror]
    let observer: (any FetchObserver)?

    /// A file as it is wanted.
    struct Wanted {
        var kind: FetchEvent.Kind
        /// What messages call it.
        var label: String
        /// Places in order; their mirrors are tried behind each.
        var urls: [String]
        var sizeLimit: Int
        var expectedSize: Int?
        var expectedSHA256: String?
        /// What is known of the file at the first place.
        var entityTag: String?
        var lastModified: String?
    }

    /// A place, and what came of asking it.
    private struct Place {
        var url: String
        var isFirst: Bool
        var attempts = 0
        var isGivenUp = false
        /// The seconds that its server asked to be left alone.
        var wait: Double = 0
        var lastFailure: FetchFailure?

        /// What came is not what was wanted. What was continued may be parts of two files: it is fetched once more.
        mutating func refuse(_ error: RepositoryError, _ download: Download) {
            isGivenUp = download.resumedFrom == 0
            lastFailure = FetchFailure(
                url: redactingCredentials(in: url), attempt: attempts,
                refusal: error.cause?.code.rawValue ?? error.code.rawValue)
        }
    }

    /// Fetches a file, and hands it to `accept`, which verifies it and puts it where it belongs. What `accept` refuses,
    /// the next mirror may have right.
    ///
    /// All places are asked once before one is asked again; between the rounds the time doubles.
    ///
    /// - Returns: nil if the first place says that the file has not changed.
    /// - Throws: ``RepositoryError`` with the code `fetch-failed` and every place's last failure; `accept`'s own error
    ///   where that was the last word.
    func fetch<Value>(
        _ wanted: Wanted, _ transfer: borrowing CacheTransfer,
        accept: (Download, _ url: String) throws(RepositoryError) -> Value
    ) throws(RepositoryError) -> Value? {
        var places = places(wanted.urls)
        var generator = JitterGenerator(seed: policy.seed)
        var refusal: RepositoryError?
        for round in 0..<max(1, policy.attempts) {
            for number in places.indices where !places[number].isGivenUp {
                let outcome = attempt(wanted, &places[number], transfer)
                switch outcome {
                case .success(nil): return nil
                case .success(let download?):
                    do throws(RepositoryError) { return .some(try accept(download, places[number].url)) } catch {
                        transfer.discard()
                        if error.isOfThisMachine { throw error }
                        refusal = error
                        places[number].refuse(error, download)
                    }
                case .failure(let failure):
                    if failure.code == .transportUnavailable || failure.code == .writeFailed {
                        throw RepositoryError(failure, url: places[number].url, attempt: places[number].attempts)
                    }
                    note(failure, &places[number])
                }
            }
            guard round + 1 < policy.attempts, places.contains(where: { !$0.isGivenUp }) else { break }
            pause(round, wanted, &places, &generator)
        }
        if let refusal, places.allSatisfy({ $0.lastFailure?.refusal != nil }) { throw refusal }
        var error = RepositoryError(.fetchFailed, location: redactingCredentials(in: wanted.urls.first ?? ""))
        error.detail = wanted.label
        error.failures = places.compactMap(\.lastFailure)
        if places.allSatisfy({ $0.lastFailure?.transport?.isAbsence == true }) { error.code = .notFound }
        throw error
    }

    private func places(_ urls: [String]) -> [Place] {
        var places: [Place] = []
        for url in urls where Repository.localPath(of: url) == nil {
            for (number, place) in ([url] + mirrors.compactMap { $0.url(for: url) }).enumerated()
            where !places.contains(where: { $0.url == place }) {
                places.append(Place(url: place, isFirst: places.isEmpty && number == 0))
            }
        }
        return places
    }

    private func attempt(
        _ wanted: Wanted, _ place: inout Place, _ transfer: borrowing CacheTransfer
    ) -> Result<Download?, TransportError> {
        place.attempts += 1
        var request = TransportRequest(
            url: place.url, destination: transfer.path, resume: transfer.resumePoint(for: place.url),
            knownEntityTag: place.isFirst ? wanted.entityTag : nil,
            knownModification: place.isFirst ? wanted.lastModified : nil, sizeLimit: wanted.sizeLimit,
            expectedSize: wanted.expectedSize, expectedSHA256: wanted.expectedSHA256,
            stallTimeout: policy.stallTimeout)
        while true {
            do throws(TransportError) {
                let response = try transport.fetch(request) { [observer] size in
                    observer?.observe(.received(wanted.kind, file: wanted.label, bytes: size))
                }
                guard case .received(let download) = response else { return .success(nil) }
                return .success(download)
            } catch {
                // What nobody can continue is of no use, and may be as large as a server likes.
                if let resume = error.resume {
                    transfer.setResumePoint(resume, url: place.url)
                } else {
                    transfer.discard()
                }
                // A server that does not let itself be continued is asked for the whole, at once.
                let blamesResume: Bool =
                    switch error.code {
                    case .digestMismatch, .sizeMismatch, .invalidResponse, .tooLarge: true
                    case .httpStatus: error.status == 416 || error.status == 412
                    default: false
                    }
                guard request.resume != nil, blamesResume else { return .failure(error) }
                transfer.discard()
                request.resume = nil
            }
        }
    }

    private func note(_ failure: TransportError, _ place: inout Place) {
        place.lastFailure = FetchFailure(
            url: redactingCredentials(in: place.url), attempt: place.attempts, transport: failure)
        place.isGivenUp = !failure.isTransient
        place.wait = 0
        if let seconds = failure.retryAfter {
            place.wait = Double(seconds)
            if seconds > policy.longestRetryAfter { place.isGivenUp = true }
        }
    }

    private func pause(
        _ round: Int, _ wanted: Wanted, _ places: inout [Place], _ generator: inout JitterGenerator
    ) {
        let open = places.filter { !$0.isGivenUp }
        // Whoever asks to be left alone is; the others need not wait for it.
        let delay = max(policy.delay(round: round, using: &generator), open.map(\.wait).min() ?? 0)
        if let failure = open.compactMap(\.lastFailure).first {
            observer?.observe(.retrying(wanted.kind, file: wanted.label, failure: failure, delay: delay))
        }
        policy.sleep(delay)
        for number in places.indices { places[number].wait = max(0, places[number].wait - delay) }
    }
}

extension TransportError {
    /// Whether the place says that there is no such file.
    var isAbsence: Bool { code == .httpStatus && (status == 404 || status == 410) }
}

extension RepositoryError {
    /// Whether no other mirror could help: a disk that is full, a cache that cannot be written.
    var isOfThisMachine: Bool { code == .unwritable || code == .unreadable }

    /// A transport that cannot fetch at all.
    init(_ failure: TransportError, url: String, attempt: Int) {
        let isWriting = failure.code == .writeFailed
        self.init(
            isWriting ? .unwritable : .transportUnavailable,
            location: isWriting ? failure.detail : redactingCredentials(in: url))
        failures = [FetchFailure(url: redactingCredentials(in: url), attempt: attempt, transport: failure)]
    }
}
