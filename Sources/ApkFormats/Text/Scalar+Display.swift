extension Unicode.Scalar {
    /// Whether the character is not seen but obeyed: control characters, and those that turn, join or end what is around
    /// them. No text for people or pictures shows one from a package as it is.
    package var isObeyed: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
