internal import ApkFormats
internal import ApkImage

/// Says in words why an image could not be built, and what to do about it.
struct ImageErrorText: FailureText {
    private let error: ImageError

    init(_ error: ImageError) { self.error = error }

    /// What another module found, which says more than that an image failed of it.
    private var cause: (any FailureText)? {
        if let repository = error.repository { return failureText(repository) }
        if let root = error.root { return failureText(root) }
        if let archive = error.archive { return failureText(archive) }
        return nil
    }

    var status: Int32 {
        switch error.code {
        case .invalidPath, .singleArchitecture, .tooFewLayers: 2
        case .malformedImage: 5
        case .badPackage, .badTree, .unavailable: cause?.status ?? 3
        default: 4
        }
    }

    func message(_ console: Console) -> DisplayText {
        switch error.code {
        case .systemFailure:
            let reason = error.systemError.map(systemMessage) ?? error.detail
            return "\(error.path): \(reason)"
        case .outputInTheWay:
            return "\(error.path): is there and no OCI layout, so it is left alone; name another output, or remove it"
        case .singleArchitecture:
            return "\(error.path): a docker-archive holds one architecture;"
                + " take `--format oci-archive` or `--format oci` for several"
        case .cannotAdd:
            return "\(error.path): cannot be added: \(error.detail)"
        case .invalidPath:
            return "\(error.path): is no path that an image can have; expected \(error.detail)"
        case .tooFewLayers:
            return "the image needs at least \(error.detail) layers; raise `--layer-budget`"
        case .malformedImage:
            let reason: DisplayText =
                error.format.map { "line \($0.line ?? 1): expected \($0.expected)" }
                ?? cause?.message(console) ?? "\(error.detail)"
            return "\(error.path): is no OCI image layout: \(reason)"
        default:
            // Texts about roots begin with the package themselves.
            let package: DisplayText = error.package.isEmpty || error.root != nil ? "" : "\(error.package): "
            return package + (cause?.message(console) ?? "\(error.detail)")
        }
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("code", .string(error.code.rawValue)), ("message", .string(message(Console(isLive: false)).shown)),
        ]
        if !error.path.isEmpty { members.append(("path", .string(error.path))) }
        if !error.package.isEmpty { members.append(("package", .string(error.package))) }
        if let cause { members.append(("cause", cause.json)) }
        return .object(members)
    }
}
