namespace ControlPlane.Catalog;

/// <summary>What is true of a customer's own host name.</summary>
public enum DomainState
{
    /// <summary>Its DNS, its certificate or its machine is not ready; nobody is served there.</summary>
    Adding,

    /// <summary>Runtimes know it.</summary>
    Served,

    /// <summary>Runtimes have been told to forget it.</summary>
    Removing,
}
