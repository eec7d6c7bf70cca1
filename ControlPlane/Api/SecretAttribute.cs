namespace ControlPlane.Api;

/// <summary>Marks a member of a request that holds a secret: it is left out of the audit trail.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class SecretAttribute : Attribute;
